// A process as a group starts it: it serves, tells its numbers, and stops when it is told to.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { FAILS_ONCE_AT, SILENT_ONCE_AT } = process.env;

/** Whether this is the first process that finds this path in its environment. */
function isFirstAt(path) {
  try {
    if (path) writeFileSync(path, '', { flag: 'wx' });
    return Boolean(path);
  } catch {
    return false;
  }
}

if (isFirstAt(FAILS_ONCE_AT)) process.exit(1);
const silent = isFirstAt(SILENT_ONCE_AT);

process.on('message', ({ kind, round }) => {
  if (kind === 'stop') process.exit(0);
  if (kind === 'tell' && !silent) {
    const numbers = [{ name: 'pid', help: 'Its own', type: 'gauge', values: [{ value: process.pid, labels: {} }] }];
    process.send({ kind: 'told', round, numbers });
  }
});

const gathered = () =>
  new Promise((resolve) => {
    process.on('message', ({ kind, text }) => kind === 'gathered' && resolve(text));
    process.send({ kind: 'gather', request: 1 });
  });

createServer(async (request, response) => {
  if (request.url === '/exit') process.exit(1);
  response.end(request.url === '/pid' ? String(process.pid) : await gathered());
}).listen(0, '127.0.0.1');
