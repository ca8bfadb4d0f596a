import { PassThrough } from 'node:stream';
import { CannotStart } from '../../common/cannot-start.js';
import { JsonLogger } from './logger.js';

function linesOf(log: (logger: JsonLogger) => void): string[] {
  const lines: string[] = [];
  const destination = new PassThrough().on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  log(new JsonLogger('info', destination));
  return lines;
}

describe('The log', () => {
  it('leaves to the process to say why it cannot start: a sentence, not a stack', () => {
    const mistake = new CannotStart('Give another APP_SECRET.');
    expect(linesOf((logger) => logger.error(mistake, 'ExceptionHandler'))).toEqual([]);
  });

  it('has every other error that keeps a process from starting, with its stack', () => {
    const [line = ''] = linesOf((logger) => logger.error(new Error('unforeseen'), 'ExceptionHandler'));
    expect(JSON.parse(line)).toMatchObject({ level: 'error', msg: 'unforeseen', context: 'ExceptionHandler' });
    expect(line).toContain('"stack"');
  });
});
