import { version as packageVersion } from "../package.json";

/** This program's version. */
export const version: string = packageVersion;
