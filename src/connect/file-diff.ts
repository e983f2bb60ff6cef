import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { toPlainLines } from "../registry/text/one-line.ts";

/** The changed lines alone: those around them can hold secrets of other servers. */
export function fileDiff(file: string, before: string | undefined, after: string): string {
  const patch = createTwoFilesPatch(
    before === undefined ? "/dev/null" : file,
    file,
    before ?? "",
    after,
    undefined,
    undefined,
    { context: 0, headerOptions: FILE_HEADERS_ONLY },
  );
  return toPlainLines(patch);
}
