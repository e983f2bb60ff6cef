import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** UTF-16 units. A version has a few tags of 100,000 characters. */
const maxLineLength = 32_000_000;

/**
 * The lines of a file that gzip compressed, without their line breaks. A text without a line break at
 * its end is no line: the file was cut.
 */
export async function* readLines(file: FileHandle): AsyncGenerator<string> {
  const stream = Readable.from(chunksOf(file));
  const unzipped = createGunzip();
  stream.on("error", (error) => unzipped.destroy(error));
  stream.pipe(unzipped);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let parts: string[] = [];
  let length = 0;
  try {
    for await (const chunk of unzipped) {
      const lines = decoder.decode(chunk, { stream: true }).split("\n");
      for (const [index, part] of lines.entries()) {
        if (index > 0) {
          yield parts.join("");
          parts = [];
          length = 0;
        }
        parts.push(part);
        length += part.length;
        if (length > maxLineLength) throw new Error("a line of it is too long");
      }
    }
    if (length > 0) throw new Error("its last line is cut");
  } finally {
    stream.destroy();
    unzipped.destroy();
  }
}

/** From its beginning, whatever was read of it before. Leaves it open. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  const size = 65_536;
  let position = 0;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
