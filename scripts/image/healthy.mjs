import { get } from 'node:http';

// The health check of the image: fails unless the process of this container says that it is ready. The port is that of the
// process that serves HTTP, or the one given as an argument.
const port = process.argv[2] ?? (process.env.PORT || 3000);

get({ port, path: '/health/ready', timeout: 2_000 }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
