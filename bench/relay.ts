import { connect, createServer } from "node:net";

/**
 * Passes connections on to a port of this machine. The queue of those that wait to be taken is as
 * short as it can be: while this process is stopped, two fill it, and the kernel leaves all others
 * unanswered, as a machine does that is gone.
 */
const server = createServer((incoming) => {
  const onward = connect(Number(process.argv[2]), "127.0.0.1");
  incoming.pipe(onward).pipe(incoming);
  incoming.on("error", () => onward.destroy());
  onward.on("error", () => incoming.destroy());
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  const address = server.address();
  if (typeof address === "object" && address) process.stdout.write(`${address.port}\n`);
});
