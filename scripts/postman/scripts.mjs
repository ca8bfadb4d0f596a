import * as everywhere from './everywhere.mjs';
import * as sandbox from './sandbox.mjs';

const SHARED = Object.entries({ ...sandbox, ...everywhere });

/** The events of a request or a folder. @param checks lines of a test that come before `after` */
export function events({ before, after, checks }) {
  const asked = before && script('prerequest', callOf(before));
  const answered = (checks ?? after) && script('test', checks(after && callOf(after)));
  return [asked, answered].filter(Boolean);
}

function script(listen, source) {
  return { listen, script: { type: 'text/javascript', exec: withShared(source).split('\n') } };
}

/** A function that all may use is called; of any other, the body is taken. */
function callOf(work) {
  if (SHARED.some(([, shared]) => shared === work)) return `${work.name}();`;
  const [, body] = /^[^{]*\{\n?([\s\S]*?)\n? *\}$/.exec(work.toString());
  return dedented(body);
}

function dedented(text) {
  const lines = text.split('\n');
  const depth = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(depth)).join('\n');
}

/** In front, the sources of all shared functions that are called, also by each other. */
function withShared(source) {
  const needed = new Map();
  const collect = (text) => {
    for (const [name, work] of SHARED) {
      if (needed.has(name) || !new RegExp(`\\b${name}\\(`).test(text)) continue;
      needed.set(name, work.toString());
      collect(work.toString());
    }
  };
  collect(source);
  return [...needed.values(), source].join('\n\n');
}
