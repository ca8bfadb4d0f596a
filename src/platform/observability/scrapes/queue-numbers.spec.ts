import { BoundedQueue } from '../../bounded-queue/bounded-queue.js';
import { Metrics } from '../metrics.js';
import { QueueNumbers } from './queue-numbers.js';

describe('The numbers of a queue', () => {
  it('tell what is at work, what waits, and what was refused', async () => {
    const metrics = new Metrics();
    const queue = new BoundedQueue({ parallelism: 1, longestWaitMs: 100, typicalMs: 100 }, () => new Error('busy'));
    new QueueNumbers(metrics).watch('pictures', queue);
    let end: () => void = () => undefined;
    const first = queue.run(() => new Promise<void>((resolve) => (end = resolve)));
    const second = queue.run(() => Promise.resolve());
    await expect(queue.run(() => Promise.resolve())).rejects.toThrow('busy');

    const text = await metrics.registry.metrics();
    expect(text).toContain('latchkey_queue_running{queue="pictures"} 1');
    expect(text).toContain('latchkey_queue_waiting{queue="pictures"} 1');
    expect(text).toContain('latchkey_queue_refusals_total{queue="pictures"} 1');

    end();
    await Promise.all([first, second]);
    expect(await metrics.registry.metrics()).toContain('latchkey_queue_wait_seconds_count{queue="pictures"} 2');
  });
});
