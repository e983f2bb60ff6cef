/**
 * The part of the protobuf encoding that spans need (protobuf.dev/programming-guides/encoding). Each
 * function returns one field.
 */
export const protobuf = {
  text: (field: number, value: string): Buffer => delimited(field, Buffer.from(value)),
  bytes: (field: number, value: Buffer): Buffer => delimited(field, value),
  message: (field: number, fields: readonly Buffer[]): Buffer =>
    delimited(field, Buffer.concat(fields)),
  enumeration: (field: number, value: number): Buffer =>
    Buffer.concat([varint(field << 3), varint(value)]),
  fixed64(field: number, value: bigint): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return Buffer.concat([varint((field << 3) | 1), bytes]);
  },
};

function delimited(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

/** @param value a whole number, not negative, less than 2 ** 31 */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) {
      bytes.push(rest);
      return Buffer.from(bytes);
    }
    bytes.push((rest & 127) | 128);
  }
}
