import { Global, Module } from '@nestjs/common';
import { RootKey } from './root-key.js';
import { RootKeys } from './root-keys.js';

/** Opens the root key before anything that derives from it is made. */
@Global()
@Module({
  providers: [RootKeys, { provide: RootKey, inject: [RootKeys], useFactory: (keys: RootKeys) => keys.open() }],
  exports: [RootKey, RootKeys],
})
export class RootKeyModule {}
