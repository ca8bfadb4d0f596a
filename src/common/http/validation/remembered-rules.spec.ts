import { getMetadataStorage, IsString, MaxLength, type MetadataStorage, validateSync } from 'class-validator';
import { rememberRules } from './remembered-rules.js';

class Named {
  @IsString({ always: true })
  name: unknown = 'Anna';
}

class Short extends Named {
  @MaxLength(3, { groups: ['strict'] })
  nick: unknown = 'An';
}

const real = getMetadataStorage();
const [gather, group] = [real.getTargetValidationMetadatas.bind(real), real.groupByPropertyName.bind(real)];
/** Stands between, so that other tests have the storage as it was. */
const storageOf = (): jest.Mocked<MetadataStorage> =>
  ({ getTargetValidationMetadatas: jest.fn(gather), groupByPropertyName: jest.fn(group) }) as never;

const rulesOf = (storage: MetadataStorage, target: typeof Named, groups?: string[]) =>
  storage.getTargetValidationMetadatas(target, undefined as never, false, false, groups);
const fieldsOf = (storage: MetadataStorage, target: typeof Named, groups?: string[]) =>
  Object.keys(storage.groupByPropertyName(rulesOf(storage, target, groups)));

describe('The rules of a class', () => {
  it('are gathered once, and are those that the library gathers, each class having its own', () => {
    const storage = storageOf();
    const asked = storage.getTargetValidationMetadatas;
    rememberRules(storage);
    for (let time = 0; time < 3; time += 1) {
      expect(rulesOf(storage, Short)).toEqual(gather(Short, undefined as never, false, false));
      expect(fieldsOf(storage, Named)).toEqual(['name']);
      expect(fieldsOf(storage, Short).sort()).toEqual(['name', 'nick']);
    }
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('are chosen anew where only some of them are asked for', () => {
    const storage = storageOf();
    rememberRules(storage);
    expect(rulesOf(storage, Short)).toHaveLength(2);
    expect(fieldsOf(storage, Short, ['strict']).sort()).toEqual(['name', 'nick']);
    expect(fieldsOf(storage, Short, ['other'])).toEqual(['name']);
  });

  it('find the same faults as before', () => {
    const faulty = Object.assign(new Short(), { name: 7, nick: 'Anna' });
    const before = validateSync(faulty).map(({ property }) => property);
    rememberRules();
    for (let time = 0; time < 2; time += 1)
      expect(validateSync(faulty).map(({ property }) => property)).toEqual(before);
    expect(before.sort()).toEqual(['name', 'nick']);
  });
});
