import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '#processes';
import { syncFolder } from './durable-file.js';
import { EngineError } from './engine.js';
import { messageOf } from './supervised-process.js';

const JAVA_VERSION_MIN = 17;
const FETCH_TIMEOUT_MS = 15 * 60_000;

/** Whether a Kafka broker can run on this machine and, if not, why not and what to do, each in one line. */
export type KafkaPrerequisites =
  { readonly available: true } | { readonly available: false; readonly reason: string; readonly howToGoOn: string };

/** Java 17 or later, and either Kafka's jars in the cache or Maven to fetch them. Downloads nothing. */
export async function kafkaPrerequisites(cacheDir?: string): Promise<KafkaPrerequisites> {
  const version = await readJavaVersion();
  const howToGoOn =
    'install Java 17+ and Maven (Debian: apt-get install openjdk-17-jre-headless maven), or set KAFKA_BROKERS to a broker, or leave it unset and send usage over HTTP';
  if (version === undefined) return { available: false, reason: 'no Java is installed', howToGoOn };
  if (version < JAVA_VERSION_MIN) {
    return {
      available: false,
      reason: `Java ${version} is too old for Kafka 4, it needs ${JAVA_VERSION_MIN}`,
      howToGoOn,
    };
  }
  if (existsSync(await jarFolder(cacheDir)) || (await hasMaven())) return { available: true };
  return { available: false, reason: 'Kafka has not been fetched yet and Maven is not installed', howToGoOn };
}

/** The `java` to run Kafka with: that of `JAVA_HOME` when set, else the first on the path. */
export function javaCommand(): string {
  const home = process.env['JAVA_HOME'];
  return home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
}

/**
 * The folder with Kafka's jars, fetched by Maven when they are not in the cache yet (43 MB, once per version).
 *
 * The cache is `cacheDir`, else `$XDG_CACHE_HOME/airtime`, else `~/.cache/airtime`. Jars
 * arrive in a folder of their own that is renamed when complete: an interrupted fetch leaves nothing half done, and
 * parallel ones do not disturb each other.
 */
export async function provideKafka(cacheDir?: string, onEvent?: (message: string) => void): Promise<string> {
  const target = await jarFolder(cacheDir);
  if (existsSync(target)) return target;
  const prerequisites = await kafkaPrerequisites(cacheDir);
  if (!prerequisites.available) throw new EngineError(`No Kafka: ${prerequisites.reason}; ${prerequisites.howToGoOn}.`);
  const cache = dirname(target);
  let draft: string;
  try {
    await mkdir(cache, { recursive: true });
    draft = await mkdtemp(join(cache, 'fetching-'));
  } catch (error) {
    throw new EngineError(
      `Kafka's jars cannot be kept in ${cache} (${messageOf(error)}): set XDG_CACHE_HOME to a folder that you can write.`,
      { cause: error },
    );
  }
  try {
    onEvent?.(`Kafka: fetching its jars by Maven into ${target} (43 MB, once)`);
    await fetchJars(draft);
    await chmod(draft, 0o755); // the jars are public, and users of one machine may share the cache
    await rename(draft, target);
    await syncFolder(cache);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // otherwise a parallel fetch was faster: its jars are as good
  }
  return target;
}

async function fetchJars(folder: string): Promise<void> {
  const goal = [
    ...['--quiet', '--batch-mode', '--file', pomFile(), 'dependency:copy-dependencies'],
    ...['-DincludeScope=runtime', `-DoutputDirectory=${folder}`],
  ];
  const options = { timeout: FETCH_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024, env: mavenEnvironment() };
  try {
    // Maven's own cache may hold everything: then no network is needed, or waited for.
    await runProgram('mvn', ['--offline', ...goal], options);
  } catch {
    await runProgram('mvn', goal, options).catch((error: unknown) => {
      const output = (error as { stdout?: string }).stdout ?? '';
      const detail = output.split('\n').find((line) => line.includes('ERROR')) ?? messageOf(error);
      throw new EngineError(
        `Maven could not fetch Kafka (${detail.trim().slice(0, 300)}): check the network and ~/.m2/settings.xml, or set KAFKA_BROKERS to a broker.`,
        { cause: error },
      );
    });
  }
  const jars = await readdir(folder);
  if (!jars.some((jar) => /^kafka_2\.13-.*\.jar$/.test(jar)) || !jars.some((jar) => jar.startsWith('slf4j-simple-'))) {
    throw new EngineError(`Maven ran, but Kafka's jars are not in ${folder}: try again.`);
  }
}

/** Maven alone goes out to the network: it is told of the proxy and of options of its own. */
function mavenEnvironment(): Record<string, string | undefined> {
  const names = ['MAVEN_OPTS', 'MAVEN_ARGS', 'M2_HOME', 'MAVEN_HOME', 'JAVA_TOOL_OPTIONS'];
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
  return Object.fromEntries([...names, ...proxies].map((name) => [name, process.env[name]]));
}

/** Named after the content of `pom.xml`: another version or another set of jars is another folder. */
async function jarFolder(cacheDir?: string): Promise<string> {
  const standard = process.env['XDG_CACHE_HOME'] ?? '';
  const cache = cacheDir ?? join(standard === '' ? join(homedir(), '.cache') : standard, 'airtime');
  const digest = createHash('sha256')
    .update(await readFile(pomFile()))
    .digest('hex');
  return join(resolve(cache), `kafka-${digest.slice(0, 12)}`);
}

/** The same file serves the sources and the compiled program in `dist`: look upwards for it. */
function pomFile(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'libs', 'engines', 'kafka', 'pom.xml');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder))
      throw new EngineError('libs/engines/kafka/pom.xml is missing from the installation.');
  }
}

async function readJavaVersion(): Promise<number | undefined> {
  try {
    const { stderr, stdout } = await runProgram(javaCommand(), ['-version']);
    const version = /version "(?:1\.)?(\d+)/.exec(stderr + stdout)?.[1];
    return version === undefined ? undefined : Number(version);
  } catch {
    return undefined;
  }
}

async function hasMaven(): Promise<boolean> {
  return runProgram('mvn', ['-version']).then(
    () => true,
    () => false,
  );
}
