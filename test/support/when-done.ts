import { onTestFinished } from "vitest";
import { getCurrentTest } from "vitest/suite";

type End = () => unknown;

const ofFile: End[] = [];

/** Ends something with the test, or with the file when a `beforeAll` started it. */
export function whenDone(end: End): void {
  if (getCurrentTest() === undefined) ofFile.push(end);
  else onTestFinished(async () => void (await end()));
}

/** For the setup file: ends what the file's tests shared, the last first. */
export async function endShared(): Promise<void> {
  for (const end of ofFile.splice(0).reverse()) await end();
}
