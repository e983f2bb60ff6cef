import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { resultOf } from "./answers.ts";
import type { Effort } from "./effort.ts";
import { startHttpServer } from "./http-server.ts";
import { type Command, onFile } from "./measured-servers.ts";
import { compared, type Row } from "./rows.ts";
import { fileOf } from "./scale-files.ts";
import { repeat } from "./statistics.ts";
import { StdioServer } from "./stdio-server.ts";
import { openBrowser, servePlainList, show } from "./view-pages.ts";

/** What the page may weigh, gzipped. */
const mostKiB = 40_000 / 1_024;

/** The page's size, its first paint with lists of 100 and 10,000 prompts, and the cold start of stdio beside it. */
export async function measureView({ rounds }: Effort): Promise<Row[]> {
  const large = await fileOf("file", { prompts: 10_000, versions: 500, characters: 10_000 });
  const browser = await openBrowser();
  try {
    return [
      ...(await coldRows(rounds)),
      ...(await pageRows(browser, 100, onFile("http", 100), rounds)),
      ...(await pageRows(browser, 10_000, onFile("http", large), rounds)),
    ];
  } finally {
    await browser.close();
  }
}

async function coldRows(rounds: number): Promise<Row[]> {
  const stdio = onFile("stdio", 100);
  const samples = await repeat(rounds, async () => ({
    without: await timeFirstTools({ ...stdio, args: [...stdio.args, "--no-ui"] }),
    ours: await timeFirstTools(stdio),
  }));
  return [
    compared({
      id: "view/cold-stdio",
      measured: "spawn to first tools/list over stdio, with the view",
      unit: "ms",
      values: samples.map(({ ours }) => ours),
      against: "with --no-ui",
      bases: samples.map(({ without }) => without),
    }),
  ];
}

async function timeFirstTools(command: Command): Promise<number> {
  const server = new StdioServer(command);
  await server.initialize();
  const { text, at } = await server.request("tools/list", {});
  resultOf(text);
  await server.close();
  return at - server.spawnedAt;
}

async function pageRows(
  browser: Browser,
  prompts: number,
  command: Command,
  rounds: number,
): Promise<Row[]> {
  const server = await startHttpServer(command);
  const plain = await servePlainList(prompts);
  const html = await (await fetch(server.page)).text();
  // The first of each is slower: the server reads the page's file, and the browser compiles.
  await show(browser, plain.url);
  await show(browser, server.page);
  const samples = await repeat(rounds, async () => ({
    plain: await show(browser, plain.url),
    view: await show(browser, server.page),
  }));
  await plain.close();
  await server.close();
  const what = `list of ${prompts} prompts in the view`;
  const against = `${prompts} names as static HTML`;
  return [
    ...(prompts === 100 ? [sizeRow(html)] : []),
    compared({
      id: `view/paint-${prompts}`,
      measured: `${what}: first contentful paint`,
      unit: "ms",
      values: samples.map(({ view }) => view.paint),
      against,
      bases: samples.map(({ plain }) => plain.paint),
    }),
    {
      id: `view/script-${prompts}`,
      measured: `${what}: scripting until the list is there, the slowest`,
      unit: "ms",
      value: Math.max(...samples.map(({ view }) => view.script)),
      comparison: { against: "limit", base: 200 },
    },
  ];
}

function sizeRow(html: string): Row {
  return {
    id: "view/size",
    measured: `the page of the view, gzipped (${Math.round(html.length / 1_024)} KiB as it is)`,
    unit: "KiB",
    value: gzipSync(html).byteLength / 1_024,
    comparison: { against: "limit", base: mostKiB },
  };
}
