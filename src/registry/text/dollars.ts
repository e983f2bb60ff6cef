/** US dollars as texts show them, with three digits that count: "$0.00123". */
export function dollars(usd: number): string {
  return `$${Number(usd.toPrecision(3))}`;
}
