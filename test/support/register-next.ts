/**
 * Registers a version of a prompt that may exist, as an agent does: when the answer is a conflict, it
 * names the base version to register with.
 */
export async function registerNext<Answer extends { readonly text: string }>(
  call: (args: Readonly<Record<string, unknown>>) => Promise<Answer>,
  args: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  let answer = await call(args);
  for (let attempt = 0; attempt < 20; attempt++) {
    const base = /register again with base_version (\d+)/.exec(answer.text)?.[1];
    if (base === undefined) break;
    answer = await call({ ...args, base_version: Number(base) });
  }
  return answer;
}
