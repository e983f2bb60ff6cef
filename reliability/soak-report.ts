import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Happened } from "./soak-faults.ts";
import type { Sample } from "./soak-samples.ts";

type Measure = "memory" | "sockets" | "delay";

const panels: readonly { readonly measure: Measure; readonly title: string }[] = [
  { measure: "memory", title: "Resident memory, MiB" },
  { measure: "sockets", title: "Open sockets" },
  { measure: "delay", title: "Longest delay of the event loop between samples, ms" },
];

/** Writes `soak.md`, a table by minute, and `soak.svg` into the folder. */
export function writeReport(
  folder: string,
  samples: readonly Sample[],
  happened: readonly Happened[],
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "soak.md"), `${tableOf(samples)}\n\n${faultList(happened)}\n`);
  writeFileSync(join(folder, "soak.svg"), chartOf(samples, happened));
}

function tableOf(samples: readonly Sample[]): string {
  const minutes = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = `${Math.floor(sample.at / 60_000)} | ${sample.replica}`;
    minutes.set(key, [...(minutes.get(key) ?? []), sample]);
  }
  const most = (of: readonly Sample[], measure: Measure) =>
    Math.max(...of.map((sample) => sample[measure])).toFixed(0);
  const rows = [...minutes].map(
    ([key, of]) =>
      `| ${key} | ${most(of, "memory")} | ${most(of, "sockets")} | ${most(of, "delay")} |`,
  );
  return [
    "The most of each minute:",
    "",
    "| Minute | Replica | Memory, MiB | Sockets | Event loop late by, ms |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function faultList(happened: readonly Happened[]): string {
  const seconds = (ms: number) => (ms / 1_000).toFixed(1);
  const rows = happened.map(
    ({ fault, from, to }) => `| ${seconds(from)} | ${seconds(to)} | ${fault} |`,
  );
  return ["| From, s | To, s | What |", "| --- | --- | --- |", ...rows].join("\n");
}

const width = 900;
const height = 180;
const left = 60;
const colours: Readonly<Record<string, string>> = {
  "replica 1": "#1f77b4",
  "replica 2": "#d62728",
};

function chartOf(samples: readonly Sample[], happened: readonly Happened[]): string {
  const end = Math.max(1, ...samples.map(({ at }) => at), ...happened.map(({ to }) => to));
  const x = (at: number) => (left + (at / end) * (width - left - 10)).toFixed(1);
  const drawn = panels.map(({ measure, title }, index) => {
    const top = 30 + index * (height + 40);
    const most = Math.max(1, ...samples.map((sample) => sample[measure]));
    const y = (value: number) => (top + height - (value / most) * height).toFixed(1);
    const bands = happened.map(
      ({ fault, from, to }) =>
        `<rect x="${x(from)}" y="${top}" width="${Math.max(1, Number(x(to)) - Number(x(from)))}" height="${height}" fill="#999" opacity="0.25"><title>${fault}</title></rect>`,
    );
    const lines = Object.entries(colours).map(([replica, colour]) => {
      const points = samples
        .filter((sample) => sample.replica === replica)
        .map((sample) => `${x(sample.at)},${y(sample[measure])}`);
      return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}"/>`;
    });
    return [
      `<text x="${left}" y="${top - 8}">${title}</text>`,
      `<text x="4" y="${top + 10}">${most.toFixed(0)}</text><text x="4" y="${top + height}">0</text>`,
      `<rect x="${left}" y="${top}" width="${width - left - 10}" height="${height}" fill="none" stroke="#ccc"/>`,
      ...bands,
      ...lines,
    ].join("\n");
  });
  const all = 30 + panels.length * (height + 40);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${all}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${all}" fill="white"/>
${drawn.join("\n")}
<text x="${left}" y="${all - 8}">${(end / 1_000).toFixed(0)} s; blue: replica 1, red: replica 2, grey: a fault</text>
</svg>
`;
}
