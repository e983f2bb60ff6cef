import { checkList } from "./answers.ts";
import { repeat } from "./statistics.ts";
import type { StdioServer } from "./stdio-server.ts";

/** Lists `size` prompts so many times, one after the other; milliseconds of each. */
export function timeLists(server: StdioServer, size: number, times: number): Promise<number[]> {
  return repeat(times, async () => {
    const asked = performance.now();
    const answer = await server.request("prompts/list", {});
    checkList(answer.text, size);
    return answer.at - asked;
  });
}
