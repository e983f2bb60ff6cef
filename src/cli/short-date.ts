/** The day of a time for a person at a terminal, whose columns are few; a program gets the time as it is. */
export function shortDate(time: string, isTerminal: boolean): string {
  return isTerminal ? time.slice(0, "2026-01-31".length) : time;
}
