import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { bareServerFactory } from "./bare-sdk.ts";

serveStdio(bareServerFactory(Number(process.argv[2])));
