// The reference of bench/events.ts: the same service, but for one statement a request.
import { pino } from 'pino';
import { readConfig } from '../../services/config.ts';
import { createApp } from '../../services/create-app.ts';
import { createServices } from '../../services/create-services.ts';
import { openDatabase } from '../../services/database/open-database.ts';
import { EventPartitions } from '../../services/events/event-partitions.ts';
import { eventsRoutes } from '../../services/events/events-router.ts';
import { EventsService } from '../../services/events/events-service.ts';
import { EventsStore } from '../../services/events/events-store.ts';
import { listen } from '../../services/server.ts';

const config = readConfig();
const { url, dataDir } = await openDatabase(config);
const logger = pino({ level: config.logLevel });
const options = { databaseUrl: url, poolSize: config.poolSize, dataDir, logger };
const services = await createServices(options);
const now = () => new Date();
const store = new EventsStore(services.database);
const partitions = new EventPartitions(store, { now, onError: (error) => logger.error(error) });
const events = new EventsService(
  {
    write: async (batch) => {
      await partitions.ensure(batch);
      const { size } = await store.insert(batch);
      return { accepted: batch.length - size, duplicates: size };
    },
  },
  { now, metrics: services.metrics },
);
const app = createApp({ ...services, routes: eventsRoutes(events) });
const server = await listen(app, config.host, config.port);
logger.info({ url: server.url }, 'listening');
