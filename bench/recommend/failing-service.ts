// The service with a model that fails at every request, as a broken one would.
import { readConfig } from '../../services/config.ts';
import { createApp } from '../../services/create-app.ts';
import { createServices } from '../../services/create-services.ts';
import { openDatabase } from '../../services/database/open-database.ts';
import { createLogger } from '../../services/logger.ts';
import { listen } from '../../services/server.ts';

const config = readConfig();
const { url, dataDir } = await openDatabase(config);
const listening = createLogger('info');
const services = await createServices({
  databaseUrl: url,
  poolSize: config.poolSize,
  dataDir,
  // Every answer says so as an error; here that would be a thousand lines a second.
  logger: createLogger('fatal'),
});
const fails = () => {
  throw new Error('this model is broken');
};
const serving = services.models.current();
if (!serving) throw new Error('no model is active');
const { model } = serving;
const broken = {
  ...serving,
  model: {
    kind: model.kind,
    itemCount: model.itemCount,
    query: fails,
    similar: fails,
    toTensors: fails,
  },
};
services.models.current = () => broken;
const server = await listen(createApp(services), config.host, config.port);
listening.info({ url: server.url }, 'listening');
process.once('SIGTERM', async () => {
  await server.stop(1_000);
  await services.close();
  process.exit();
});
