const newline = 0x0a;

/** Stands for a line that exceeds the limit. Its content is discarded. */
export const tooLong = Symbol("tooLong");

/** Splits a stream of bytes into lines of text. Buffers an incomplete line, up to a limit. */
export class Lines {
  readonly #maxBytes: number;
  #unread: Buffer = Buffer.alloc(0);
  /** The incomplete line, in the first bytes of a buffer whose size doubles when it is full. */
  #begun: Buffer = Buffer.alloc(0);
  #length = 0;

  /** @param maxBytes of one line, without its end */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(piece: Buffer): void {
    this.#unread = this.#unread.length === 0 ? piece : Buffer.concat([this.#unread, piece]);
  }

  /** The next line, or `tooLong`. Undefined until more bytes have arrived. */
  next(): string | typeof tooLong | undefined {
    const end = this.#unread.indexOf(newline);
    const isWhole = end !== -1;
    const part = isWhole ? this.#unread.subarray(0, end) : this.#unread;
    this.#unread = this.#unread.subarray(part.length + (isWhole ? 1 : 0));
    const wasTooLong = this.#length > this.#maxBytes;
    const isTooLong = this.#length + part.length > this.#maxBytes;
    if (!isWhole) {
      if (isTooLong) this.#forget(this.#length + part.length);
      else this.#keep(part);
      return isTooLong && !wasTooLong ? tooLong : undefined;
    }
    const line = isTooLong ? tooLong : this.#ended(part);
    this.#forget(0);
    return wasTooLong ? this.next() : line;
  }

  #ended(part: Buffer): string {
    if (this.#length === 0) return part.toString();
    this.#keep(part);
    return this.#begun.toString("utf8", 0, this.#length);
  }

  #keep(part: Buffer): void {
    const length = this.#length + part.length;
    if (length > this.#begun.length) {
      const larger = Buffer.allocUnsafe(2 * length);
      this.#begun.copy(larger, 0, 0, this.#length);
      this.#begun = larger;
    }
    part.copy(this.#begun, this.#length);
    this.#length = length;
  }

  #forget(length: number): void {
    this.#length = length;
    this.#begun = Buffer.alloc(0);
  }
}
