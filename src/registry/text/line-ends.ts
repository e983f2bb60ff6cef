/**
 * Says in one line that two texts differ in their line ends alone. Undefined when they differ in
 * anything else, or in nothing.
 */
export function lineEndsChange(before: string, after: string): string | undefined {
  // Most texts have line feeds only.
  if (before === after || !(before.includes("\r") || after.includes("\r"))) return undefined;
  if (withLineFeeds(before) !== withLineFeeds(after)) return undefined;
  const [old, now] = [lineEndsOf(before), lineEndsOf(after)];
  return `Only the line ends differ: ${listOther(old, now)} before, ${listOther(now, old)} after. All lines are the same.\n`;
}

function withLineFeeds(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
}

function lineEndsOf(text: string): readonly string[] {
  const single = text.replaceAll("\r\n", "");
  return [
    ...(single.length < text.length ? ["CR LF"] : []),
    ...(single.includes("\n") ? ["LF"] : []),
    ...(single.includes("\r") ? ["CR"] : []),
  ];
}

/** Lists the line ends that the other text does not have; all of them where it has each. */
function listOther(ends: readonly string[], others: readonly string[]): string {
  const own = ends.filter((end) => !others.includes(end));
  return (own.length > 0 ? own : ends).join(" and ");
}
