/** Returns a function that computes once per object. Results are garbage-collected with the object. */
export function memoize<Key extends object, Result>(
  run: (key: Key) => Result,
): (key: Key) => Result {
  const results = new WeakMap<Key, { readonly result: Result }>();
  return (key) => {
    const memoized = results.get(key) ?? { result: run(key) };
    results.set(key, memoized);
    return memoized.result;
  };
}
