import { parse } from 'yaml';
import { contractPackage } from '../lib/contract-tools.mjs';

const OPTIONS = {
  folderStrategy: 'Tags',
  requestParametersResolution: 'Example',
  exampleParametersResolution: 'Example',
  parametersResolution: 'Example',
  optimizeConversion: false,
  includeAuthInfoInExample: false,
  stackLimit: 20,
};

/** For what has no example: the converter would take one that moves with the clock. */
const TIMES = { 'date-time': '2026-01-31T18:00:00.000Z', date: '2026-01-31' };

/**
 * One request for each operation, with its saved answers, as openapi-to-postmanv2 makes them.
 * @returns a Map by `GET /users/{id}`
 */
export async function convert(text) {
  const { item: folders } = await repeatably(() => collectionOf(text));
  return new Map(folders.flatMap((folder) => folder.item).map((item) => [addressOf(item.request), item]));
}

function collectionOf(text) {
  const { convertV2 } = contractPackage('openapi-to-postmanv2');
  return new Promise((resolve, reject) => {
    convertV2({ type: 'json', data: parse(text, withTime) }, OPTIONS, (error, result) => {
      if (error || !result.result) reject(new Error(`openapi.yaml is not converted: ${error ?? result.reason}`));
      else resolve(result.output[0].data);
    });
  });
}

/** A reviver. */
function withTime(_, value) {
  const time = TIMES[value?.format];
  return time && value.type && value.example === undefined ? { ...value, example: time } : value;
}

/** Whatever else has no example is made up by the converter, from Math.random. */
async function repeatably(work) {
  const { random } = Math;
  let state = 1;
  // The minimal standard generator of Park and Miller.
  Math.random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  try {
    return await work();
  } finally {
    Math.random = random;
  }
}

function addressOf({ method, url }) {
  const path = url.path.map((part) => part.replace(/^:(.+)$/, '{$1}'));
  return `${method} /${path.join('/')}`;
}
