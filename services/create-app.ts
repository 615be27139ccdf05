import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Services } from './create-services.ts';
import { docsPage } from './http/docs-page.ts';
import { observeRequests } from './http/metrics.ts';
import { type MountOptions, mountRoutes } from './http/mount-routes.ts';
import { openApiDocument } from './http/openapi.ts';
import { handleError, refuseInvalidUtf8, sendProblem } from './http/problem.ts';
import { requestLog } from './http/request-log.ts';

// A thousand events with all their fields are about half of it.
const bodyLimit = '2mb';

/** The express app over a set of services. It holds no state of its own. */
export function createApp(
  services: Services,
  options: MountOptions = { checkResponses: false },
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.use(requestLog(services.logger));
  app.use(observeRequests(services.metrics));
  // Whether there is TLS is for the load balancer to say: on plain HTTP these two would make
  // browsers ask for the page of the API over a port that does not speak it.
  app.use(
    helmet({
      strictTransportSecurity: false,
      contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    }),
  );
  app.use(express.json({ limit: bodyLimit, strict: true, verify: refuseInvalidUtf8 }));

  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    const readiness = await services.readiness();
    response.status(readiness.ready ? 200 : 503).json(readiness);
  });
  app.get('/metrics', async (_request, response) => {
    response.type(services.metrics.registry.contentType);
    response.send(await services.metrics.registry.metrics());
  });
  const document = openApiDocument(services.routes, services.version);
  app.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  app.use('/docs', docsPage());
  mountRoutes(app, services.routes, options);

  app.use((request, response) => {
    const detail = `there is nothing at ${request.method} ${request.path}; /docs lists what there is`;
    sendProblem(request, response, { status: 404, code: 'no_such_route', detail });
  });
  app.use(handleError);
  return app;
}
