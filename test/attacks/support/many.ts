/** Carries out `count` attempts, a few at a time, and tells what came of each. */
export async function many<Result>(
  count: number,
  atOnce: number,
  attempt: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++) {
      results[index] = await attempt(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
