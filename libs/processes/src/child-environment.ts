/** What a program that we start is told of our environment: names that any program needs, and nothing of Airtime's. */

/**
 * Finds programs, the home and temporary folders, the language and the time zone. The last line is what Windows needs
 * to start anything. Names of proxies are not among them: their values carry passwords.
 */
const ALLOWED: readonly string[] = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR'],
  ...['LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TMP', 'TEMP', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR'],
  ...['JAVA_HOME', 'LD_LIBRARY_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'],
  ...['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
];
const ALLOWED_PREFIX = 'LC_';

/** Whether a name of our environment may be handed on to any program. */
export function isAllowedName(name: string): boolean {
  return ALLOWED.includes(name) || name.startsWith(ALLOWED_PREFIX);
}

/**
 * The environment for a child process: what is allowed of ours, and what the caller says by name.
 *
 * Whatever stands in a program's environment can be read by that program's user (`/proc/<pid>/environ`) and ends in its
 * crash reports: a key or a password belongs only into the environment of the program that uses it, by `own`.
 *
 * @param own values for this program; `undefined` leaves a name out
 */
export function childEnvironment(own: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const allowed = Object.entries(process.env).filter(([name]) => isAllowedName(name));
  const all = [...allowed, ...Object.entries(own)];
  return Object.fromEntries([...new Map(all)].filter((entry): entry is [string, string] => entry[1] !== undefined));
}
