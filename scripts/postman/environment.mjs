/** What is not the same everywhere; the values are those of `npm start`. */
const VALUES = [
  ['baseUrl', 'http://localhost:3000', 'default'],
  // Always the same person: on a fresh server outside production, the first who registers becomes administrator.
  ['adminEmail', 'admin@example.com', 'default'],
  // QA_INBOX_TOKEN and OPS_TOKEN of the server, where it has them.
  ['qaInboxToken', '', 'secret'],
  ['opsToken', '', 'secret'],
  // Any text where a proxy in front of the server keeps /metrics to the inside, as that of docker-compose.yml does.
  ['metricsAreInside', '', 'default'],
];

/** The environment, in the format that Postman exports. */
export const environment = {
  name: 'Latchkey',
  values: VALUES.map(([key, value, type]) => ({ key, value, type, enabled: true })),
  _postman_variable_scope: 'environment',
};
