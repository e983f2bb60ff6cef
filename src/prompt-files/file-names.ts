import { isPossibleName } from "../registry/text/prompt-name.ts";

/** What a file is called on Windows never: devices, whatever their extension. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * The name of the file of a prompt, without its extension: percent-encoded, so that each name has one
 * and no name leads out of a folder, is hidden, or is refused by Windows.
 */
export function stemOf(name: string): string {
  const encoded = encodeURIComponent(name)
    .replace(/[!'()*~]/g, encodeByte)
    .replace(/^\.|\.$/g, encodeByte);
  return device.test(encoded) ? encodeByte(encoded[0] ?? "") + encoded.slice(1) : encoded;
}

/** The name of the prompt of a file, from its name without the extension. */
export function nameOfStem(stem: string): string {
  try {
    return decodeURIComponent(stem);
  } catch {
    return stem;
  }
}

/** The name of a prompt: what its file says, if a prompt can be called so, or else its file's name. */
export function promptNameOf(stem: string, said: string | undefined): string {
  return said !== undefined && isPossibleName(said) ? said : nameOfStem(stem);
}

function encodeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
