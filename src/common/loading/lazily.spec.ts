import { lazily } from './lazily.js';

describe('What is made lazily', () => {
  it('is made at the first call, and once for all who ask', async () => {
    const make = jest.fn(() => Promise.resolve({}));
    const thing = lazily(make);
    expect(make).not.toHaveBeenCalled();
    const [one, other] = await Promise.all([thing(), thing()]);
    expect(await thing()).toBe(one);
    expect(other).toBe(one);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('is tried again after a failure', async () => {
    const make = jest
      .fn(() => Promise.resolve('made'))
      .mockImplementationOnce(() => Promise.reject(new Error('not now')));
    const thing = lazily(make);
    await expect(thing()).rejects.toThrow('not now');
    expect(await thing()).toBe('made');
  });
});
