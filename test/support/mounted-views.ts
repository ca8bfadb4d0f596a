import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/common/project-root.js';
import { MessageRenderer } from '../../src/modules/messages/message-renderer.service.js';

/** The views as an operator has changed them, in a folder of their own. */
export class MountedViews {
  readonly folder = mkdtempSync(join(tmpdir(), 'latchkey-views-'));

  constructor() {
    cpSync(join(PROJECT_ROOT, 'views'), this.folder, { recursive: true });
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  delete(path: string): void {
    rmSync(join(this.folder, path));
  }

  /** The renderer that reads them. */
  get renderer(): typeof MessageRenderer {
    const { folder } = this;
    return class extends MessageRenderer {
      protected override readonly folder = folder;
    };
  }

  clear(): void {
    rmSync(this.folder, { recursive: true });
  }
}
