/** The face of the package: all that its users import. */
export { createLatchkeyClient, type LatchkeyClient, type LatchkeyOptions } from './client.js';
export type { components, operations, paths } from './generated/schema.js';
export { LatchkeyProblem, LatchkeyUnreachable, type OperationId, type ProblemCode } from './problems.js';
export { memoryTokens, storageTokens, type StoredTokens, type TokenStore } from './tokens.js';
