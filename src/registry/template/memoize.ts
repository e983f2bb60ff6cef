/** The same function, run once for each object: what it gave is kept as long as the object is. */
export function memoize<Key extends object, Result>(
  run: (key: Key) => Result,
): (key: Key) => Result {
  const results = new WeakMap<Key, { readonly result: Result }>();
  return (key) => {
    const known = results.get(key) ?? { result: run(key) };
    results.set(key, known);
    return known.result;
  };
}
