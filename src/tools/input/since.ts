import * as z from "zod";

/** What `parseSince` reads, for descriptions and errors. */
export const sinceExamples =
  '"today", "yesterday", "3 hours", "7 days ago", "2 weeks", "last week", "this month", "monday", "2026-01-31", "2026-01-31T08:00:00Z"';

const minute = 60_000;
const day = 24 * 60 * minute;

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const isoTime = z.union([
  z.iso.date(),
  z.iso.datetime({ offset: true }),
  z.iso.datetime({ local: true }),
]);

/**
 * The start of a time that a person wrote, in milliseconds since 1970. All times are in UTC, unless
 * an ISO time has an offset. Days, weeks, months and years ago begin at 00:00, hours and minutes at
 * the full minute, so that the same words mean the same time for a while. A week begins on Monday.
 * @returns undefined when the text is no such time
 */
export function parseSince(text: string, now: number): number | undefined {
  const words = text
    .toLowerCase()
    .trim()
    .replace(/^since /, "");
  return parseIso(text.trim()) ?? parsePoint(words, now) ?? parseAgo(words, now);
}

function parseIso(text: string): number | undefined {
  const iso = text.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, "$1T");
  if (!isoTime.safeParse(iso).success) return undefined;
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(iso) || !iso.includes("T");
  return Date.parse(hasZone ? iso : `${iso}Z`);
}

/** A named day, or the start of a week, month or year. */
function parsePoint(words: string, now: number): number | undefined {
  const today = startOfDay(now);
  if (words === "now") return now - (now % minute);
  if (words === "today") return today;
  if (words === "yesterday") return today - day;
  const weekday = weekdays.indexOf(words.replace(/^last /, ""));
  if (weekday !== -1) return today - daysSince(weekday, now) * day;
  const [which, unit, ...rest] = words.split(" ");
  if (rest.length > 0 || (which !== "this" && which !== "last")) return undefined;
  const back = which === "last" ? 1 : 0;
  const date = new Date(today);
  if (unit === "week") return today - (((date.getUTCDay() + 6) % 7) + 7 * back) * day;
  if (unit === "month") return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back);
  if (unit === "year") return Date.UTC(date.getUTCFullYear() - back, 0);
  return undefined;
}

/** How many days ago it was this day of the week: 1 to 7. */
function daysSince(weekday: number, now: number): number {
  return (new Date(now).getUTCDay() - weekday + 7) % 7 || 7;
}

/** "7 days", "7 days ago", "last 7 days", "a week ago", "past month". */
function parseAgo(words: string, now: number): number | undefined {
  const found =
    /^(?:(?:in )?(?:the )?(?:last|past) )?(?:(\d{1,4}|an?|one) ?)?(minute|min|hour|day|week|month|year|[hdw])s?(?: ago)?$/.exec(
      words,
    );
  if (!found) return undefined;
  const [, amount, unit = ""] = found;
  // "week" alone says nothing; "past week" is one.
  if (amount === undefined && !words.includes(" ")) return undefined;
  const count = Number(amount) || (amount === "0" ? 0 : 1);
  const date = new Date(startOfDay(now));
  if (unit.startsWith("min")) return now - (now % minute) - count * minute;
  if (unit.startsWith("h")) return now - (now % minute) - count * 60 * minute;
  if (unit.startsWith("d")) return date.getTime() - count * day;
  if (unit.startsWith("w")) return date.getTime() - 7 * count * day;
  return monthsBefore(date, unit === "month" ? count : 12 * count);
}

/** The same day of an earlier month, or the last day of a shorter month. */
function monthsBefore(date: Date, months: number): number {
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() - months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay));
}

function startOfDay(time: number): number {
  return time - (((time % day) + day) % day);
}
