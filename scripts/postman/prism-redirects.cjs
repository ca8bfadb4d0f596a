// Loaded into Prism before itself. Its proxy fetches with node-fetch, which follows redirects by default: whoever asks for
// /i/{code} would get the page that it leads to, and Prism would look for 200 where the contract has 303. Prism has no
// option for that, so node-fetch is told to leave redirects alone; then Prism checks the 303 like any other answer.
const { createRequire } = require('node:module');

const ofPrism = createRequire(require.resolve('@stoplight/prism-http', { paths: [process.argv[1]] }));
const nodeFetch = ofPrism('node-fetch');
const { default: fetch } = nodeFetch;

nodeFetch.default = (url, options) => fetch(url, { ...options, redirect: 'manual' });
