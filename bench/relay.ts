import { connect, createServer } from "node:net";

/**
 * Forwards connections to a port of this machine. Its queue of waiting connections is as short as
 * possible. While this process is stopped, two connections fill the queue, and the kernel leaves
 * further ones unanswered, as with a machine that is gone.
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
