import { useEffect, useState } from "preact/hooks";

/** How long nobody types before the server is asked. */
const pause = 400;

/** A value as it was when it last stayed the same for a moment. @param key equal for equal values */
export function useSettled<Value>(
  value: Value,
  key: string,
): { readonly value: Value; readonly key: string } {
  const [settled, setSettled] = useState({ value, key });
  // `key` stands for `value`.
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ value, key }), pause);
    return () => clearTimeout(timer);
  }, [key]);
  return settled;
}
