import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** What the thread does. It knows no file of ours, which is TypeScript in tests and is not in the build. */
const CONVERT = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { parse } = require(workerData.parser);
  parentPort.postMessage(JSON.stringify(parse(workerData.yaml)));
`;

/**
 * The contract as JSON. Reading half a megabyte of YAML takes up to a second and 30 MB: it is done when somebody asks, and
 * on a thread of its own, so that nobody else waits and the memory is given back.
 */
export async function contractAsJson(yaml: string): Promise<string> {
  const parser = createRequire(import.meta.url).resolve('yaml');
  const [json] = (await once(new Worker(CONVERT, { eval: true, workerData: { parser, yaml } }), 'message')) as [string];
  return json;
}
