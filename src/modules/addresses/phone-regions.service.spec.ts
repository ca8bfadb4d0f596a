import type { SmsConfig } from '../../config/config.js';
import { PhoneRegions } from './phone-regions.service.js';

describe('The regions of phones', () => {
  const of = (...regions: string[]) => new PhoneRegions({ regions } as unknown as SmsConfig);

  it('are named in the language of whoever chooses', () => {
    const names = (locale: 'en' | 'ru') =>
      of('RU', 'DE')
        .choices(locale)
        .map(({ name }) => name);
    expect(names('en')).toEqual(['Russia', 'Germany']);
    expect(names('ru')).toEqual(['Россия', 'Германия']);
  });

  it('leave nothing to choose where there is one', () => {
    expect(of('RU').choices('en')).toEqual([]);
  });

  it('begin with the one that counts where none is said', () => {
    expect(of('DE', 'RU').usual).toBe('DE');
  });
});
