import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { available } from "../../support/mlflow-install.ts";
import { whenDone } from "../../support/when-done.ts";
import { outputOf } from "./run.ts";

/** Programs that make an image without a daemon, and run it; Debian's packages of them. */
const needed = {
  "/usr/bin/buildah": "buildah",
  "/bin/busybox": "busybox-static",
  "/usr/bin/unshare": "util-linux",
};

/** Whether an image can be built here: as root, with Debian's buildah. */
export function imagesAvailable() {
  return available(async () => {
    const missing = Object.entries(needed).filter(([path]) => !existsSync(path));
    if (missing.length > 0) {
      throw new Error(`images need ${missing.map(([, name]) => name).join(", ")}`);
    }
    if (process.getuid?.() !== 0) throw new Error("images are built without a daemon, by root");
  });
}

const inspected = z.object({
  OCIv1: z.object({
    config: z.object({
      User: z.string(),
      Env: z.array(z.string()),
      Entrypoint: z.array(z.string()),
      Cmd: z.array(z.string()),
      ExposedPorts: z.record(z.string(), z.unknown()),
      Labels: z.record(z.string(), z.string()),
    }),
  }),
  Docker: z.object({ config: z.object({ Healthcheck: z.object({ Test: z.array(z.string()) }) }) }),
});

export interface BuiltImage {
  readonly config: z.infer<typeof inspected>["OCIv1"]["config"];
  readonly healthCheck: readonly string[];
  /** The folder with the image's files. */
  readonly files: string;
  /** The folder with the files of the base image. */
  readonly baseFiles: string;
}

/**
 * Builds the Dockerfile. Its base images are made here, as no registry of images is reached: Node with the
 * libraries that it loads, and for the build also npm and a shell.
 */
export async function buildImage(args: Readonly<Record<string, string>>): Promise<BuiltImage> {
  const folder = mkdtempSync(join(tmpdir(), "image-"));
  whenDone(() => rmSync(folder, { recursive: true, force: true }));
  const store = ["--root", join(folder, "store"), "--runroot", join(folder, "run")];
  const buildah = (...rest: string[]) =>
    outputOf("/usr/bin/buildah", [...store, "--storage-driver", "vfs", ...rest]);

  const baseFiles = await nodeFiles(join(folder, "runtime"));
  const buildFiles = await nodeFiles(join(folder, "build"));
  await addNpm(buildFiles);
  const bases = { "node-runtime": baseFiles, "node-build": buildFiles };
  for (const [name, files] of Object.entries(bases)) {
    const container = (await buildah("from", "scratch")).trim();
    await buildah("copy", container, files, "/");
    const authorities = process.env.NODE_EXTRA_CA_CERTS;
    if (authorities && files === buildFiles) {
      await buildah("config", "--env", "NODE_EXTRA_CA_CERTS=/authorities.pem", container);
      await buildah("copy", container, authorities, "/authorities.pem");
    }
    await buildah("commit", "--rm", container, name);
  }
  const registry = (await outputOf("npm", ["config", "get", "registry"])).trim();
  const given = {
    BUILD_IMAGE: "localhost/node-build",
    RUNTIME_IMAGE: "localhost/node-runtime",
    NPM_CONFIG_REGISTRY: registry,
    ...args,
  };
  const buildArgs = Object.entries(given).flatMap(([name, value]) => [
    "--build-arg",
    `${name}=${value}`,
  ]);
  const how = ["--isolation", "chroot", "--format", "docker", "--pull-never"];
  await buildah("bud", ...how, ...buildArgs, "--tag", "built", ".");

  const { OCIv1, Docker } = inspected.parse(
    JSON.parse(await buildah("inspect", "--type", "image", "built")),
  );
  const container = (await buildah("from", "--pull-never", "localhost/built")).trim();
  const files = (await buildah("mount", container)).trim();
  return { config: OCIv1.config, healthCheck: Docker.config.Healthcheck.Test, files, baseFiles };
}

/** Node and the libraries that it and the SQLite driver load, at the paths where the loader looks. */
async function nodeFiles(folder: string): Promise<string> {
  const node = await realpath(process.execPath);
  const linked = await outputOf("ldd", [node]);
  const libraries = [...linked.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
  const libc = libraries.find((path) => basename(path) === "libc.so.6") ?? "";
  for (const path of [...libraries, join(dirname(libc), "librt.so.1")]) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    copyFileSync(path, join(folder, path));
  }
  for (const path of ["usr/local/bin", "tmp", "etc", "proc", "dev"]) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  copyFileSync(node, join(folder, "usr/local/bin/node"));
  return folder;
}

/** What the build stage needs beside Node. */
async function addNpm(folder: string): Promise<void> {
  const command = await realpath((await outputOf("which", ["npm"])).trim());
  cpSync(dirname(dirname(command)), join(folder, "usr/local/lib/npm"), { recursive: true });
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "usr/bin"), { recursive: true });
  for (const name of ["sh", "rm", "mkdir", "mv"]) {
    copyFileSync("/bin/busybox", join(folder, "bin", name));
  }
  copyFileSync("/bin/busybox", join(folder, "usr/bin/env"));
  await outputOf("ln", ["-s", "../lib/npm/bin/npm-cli.js", join(folder, "usr/local/bin/npm")]);
}
