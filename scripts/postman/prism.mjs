import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../test/proof/processes.mjs';
import { contractTool } from '../lib/contract-tools.mjs';

const REDIRECTS = join(import.meta.dirname, 'prism-redirects.cjs');
/** Ends Prism when its starter was killed: the channel between them closes. */
const ENDS_WITH_STARTER = 'data:text/javascript,process.on("disconnect",()=>process.exit(1))';
const READY = /Prism is listening/;
/** Levels of its log at which nothing is wrong; a column of its lines. */
const FINE = /\s(awaiting|start|info|success)\s{2}/;

/** Prism as a proxy that compares requests and answers with a contract, and answers 500 itself where they break it. */
export class Prism {
  url;
  #child;
  #complaints = [];

  /**
   * @param contract path of the contract
   * @param upstream URL of the server
   */
  static async start(contract, upstream) {
    const prism = new Prism();
    const port = await freePort();
    prism.url = `http://127.0.0.1:${port}`;
    const program = realpathSync(contractTool('prism'));
    const node = ['--no-deprecation', '--require', REDIRECTS, '--import', ENDS_WITH_STARTER];
    const args = ['proxy', contract, upstream, '--errors', '--port', String(port)];
    const env = { PATH: process.env.PATH, NO_COLOR: '1' };
    prism.#child = spawn(process.execPath, [...node, program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    await prism.#ready();
    return prism;
  }

  /** What its log says is wrong. Complete once it is stopped. */
  get complaints() {
    return this.#complaints;
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'close');
  }

  async #ready() {
    const ready = new Promise((resolve, reject) => {
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        createInterface(stream).on('line', (line) => {
          if (READY.test(line)) resolve();
          if (line.trim() && !FINE.test(line)) this.#complaints.push(line);
        });
      }
      this.#child.once('exit', () => reject(new Error(`Prism has ended:\n${this.#complaints.join('\n')}`)));
    });
    await ready;
  }
}
