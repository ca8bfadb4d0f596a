import { getMetadataStorage, type MetadataStorage } from 'class-validator';

type Gather = MetadataStorage['getTargetValidationMetadatas'];
type Rules = ReturnType<Gather>;
type ByProperty = ReturnType<MetadataStorage['groupByPropertyName']>;

/**
 * class-validator gathers the rules of a class anew for each value, from all classes that have any. From now on it remembers them: a class
 * has all of its rules once it is declared.
 */
export function rememberRules(storage = getMetadataStorage()): void {
  const gather = storage.getTargetValidationMetadatas.bind(storage);
  const group = storage.groupByPropertyName.bind(storage);
  const rules = new WeakMap<object, Rules>();
  const grouped = new WeakMap<Rules, ByProperty>();
  storage.getTargetValidationMetadatas = (target, ...how) => {
    // Such options choose among the rules of a class; nothing here has any.
    if (how.some(Boolean)) return gather(target, ...how);
    return remembered(rules, target, () => gather(target, ...how));
  };
  storage.groupByPropertyName = (list) => remembered(grouped, list, () => group(list));
}

function remembered<Key extends object, Value>(known: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
