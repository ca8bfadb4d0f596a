import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/common/project-root.js';
import { loadConfig } from '../../src/config/env.js';
import { SECRETS } from '../../src/config/secret-files.js';
import { composeFile, type ComposeService, pathShown, textOf } from '../support/compose.js';

const FILES = ['docker-compose.yml', 'docker-compose.production.yml'];
const { services } = composeFile('docker-compose.yml');
const production = composeFile('docker-compose.production.yml');
const dockerfile = textOf('Dockerfile');
const SERVICES = Object.entries(services).map(([name, service]): [string, ComposeService] => [name, service]);

const service = (name: string): ComposeService => {
  const found = services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};

describe('The compose file', () => {
  it('has what a whole installation needs, and mail for development only there', () => {
    expect(Object.keys(services).sort()).toEqual(['api', 'mailpit', 'migrate', 'nginx', 'postgres', 'worker']);
    expect(SERVICES.filter(([, { profiles }]) => profiles).map(([name]) => name)).toEqual(['mailpit']);
    expect(service('mailpit').profiles).toEqual(['development']);
  });

  it.each(SERVICES)('keeps %s within bounds: memory, processes, logs, rights, and what it may write', (_, bounded) => {
    expect(bounded.mem_limit).toMatch(/^\d+[mg]$/);
    expect(bounded.pids_limit).toBeGreaterThan(0);
    expect(bounded.logging?.options).toMatchObject({ 'max-size': '10m', 'max-file': '5' });
    expect(bounded.read_only).toBe(true);
    expect(bounded.cap_drop).toEqual(['ALL']);
    expect(bounded.security_opt).toContain('no-new-privileges:true');
    expect(bounded.restart).toBe(bounded.command?.[0] === 'migrate' ? 'no' : 'unless-stopped');
  });

  it('starts each when what it needs is there', () => {
    const migrated = {
      postgres: { condition: 'service_healthy' },
      migrate: { condition: 'service_completed_successfully' },
    };
    expect(service('migrate').depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(service('api').depends_on).toEqual(migrated);
    expect(service('worker').depends_on).toEqual(migrated);
    expect(service('nginx').depends_on).toEqual({ api: { condition: 'service_healthy' } });
  });

  it('looks after the health of whatever stays', () => {
    for (const name of ['postgres', 'worker', 'nginx', 'mailpit'])
      expect(service(name).healthcheck?.test).toBeDefined();
    expect(dockerfile).toMatch(/^HEALTHCHECK .*CMD \["node", "healthy\.mjs"\]$/m);
    expect(service('worker').healthcheck?.test?.at(-1)).toBe(String(service('worker').environment?.WORKER_PORT));
  });

  it('is reached through nginx only, and of a trial on this machine only', () => {
    const published = SERVICES.filter(([, { ports }]) => ports).map(([name]) => name);
    expect(published).toEqual(['nginx', 'mailpit']);
    for (const name of published) for (const port of service(name).ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('has the service believe nginx, and nobody outside their network', () => {
    const subnet = /subnet: '(.+)'/.exec(textOf('docker-compose.yml'))?.[1] ?? 'none';
    expect(service('nginx').networks).toEqual(['edge']);
    expect(textOf('docker-compose.yml')).toContain(`TRUSTED_PROXIES: ${subnet}\n`);
    expect(loadConfig(trial()).http.trustedProxies).toEqual(['10.203.77.0/24']);
  });

  it('keeps the data of PostgreSQL 18 where its image has them', () => {
    expect(service('postgres').image).toBe('postgres:18');
    expect(service('postgres').volumes).toEqual(['database:/var/lib/postgresql']);
  });

  it('serves a trial as it stands, and no production', () => {
    expect(loadConfig({ ...trial() }).http.host).toBe('0.0.0.0');
    const mistakes = () => loadConfig({ ...trial(), NODE_ENV: 'production' });
    expect(mistakes).toThrow(/DATABASE_URL holds a password that is a placeholder/);
  });
});

/** What the process that serves HTTP is told by the compose file; its own secret it makes. */
function trial(): NodeJS.ProcessEnv {
  const told = Object.entries(service('api').environment ?? {}).map(([name, value]) => [name, String(value)]);
  return { ...(Object.fromEntries(told) as NodeJS.ProcessEnv), APP_SECRET: 'J7v1x0Tq9ZbXr4LmWc2sYd8KfHg5NpUe' };
}

describe('The compose file of production', () => {
  it.each(['migrate', 'api', 'worker'])(
    'gives %s its secrets by file, and empties what would stand beside them',
    (name) => {
      const { environment = {}, secrets = [] } = production.services[name] ?? {};
      const byFile = Object.keys(environment).filter((variable) => variable.endsWith('_FILE'));
      expect(byFile).toHaveLength(4);
      for (const variable of byFile) {
        const plain = variable.replace('_FILE', '');
        expect(SECRETS).toContain(plain);
        expect(environment[plain]).toBe('');
        expect(environment[variable]).toBe(`/run/secrets/${plain.toLowerCase()}`);
        expect(secrets).toContain(plain.toLowerCase());
      }
      expect(Object.keys(production.secrets ?? {})).toEqual(expect.arrayContaining([...secrets]));
    },
  );
});

describe.each(FILES)('%s', (file) => {
  const text = textOf(file);

  it('has nothing that docker-compose 1.29 refuses', () => {
    expect(text).not.toMatch(/^(name|version|include|configs):/m);
    expect(text).not.toMatch(/^ +(develop|required|start_interval|additional_contexts):/m);
    expect(text).not.toMatch(/\$\{[^}]*\$\{|\$\{\w+:[+?]/);
  });

  it('mounts only what is there', () => {
    const mounted = [...text.matchAll(/- (\.\/[^:]+):/g)].map(([, path = '']) => path);
    expect(mounted.length).toBeGreaterThan(0);
    expect(mounted.filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
  });

  it('takes from .env only what .env.example has', () => {
    const example = textOf('.env.example');
    const taken = [...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.filter((name) => !example.includes(`\n${name}=`))).toEqual([]);
  });
});

describe('The image', () => {
  const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '));

  it('is built of files that are there, and that the build is given', () => {
    const allowed = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(copies.length).toBeGreaterThan(5);
    for (const path of copies) {
      expect(existsSync(join(PROJECT_ROOT, path))).toBe(true);
      expect(allowed.some((line) => path.startsWith(line.slice(1)))).toBe(true);
    }
  });

  it('is given nothing else: what is not named stays out of the build', () => {
    expect(textOf('.dockerignore')).toMatch(/^\*$/m);
    expect(textOf('.dockerignore')).not.toMatch(/^!.*(\.env|\.git|\.latchkey|secrets)/m);
  });

  it('needs no registry for its own syntax, runs as nobody special, and gets its signals itself', () => {
    expect(dockerfile).not.toMatch(/^# *syntax=/m);
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^CMD \["node", "dist\/src\/main\.js"\]$/m);
    expect(last).toMatch(/^ENV NODE_ENV=production /m);
  });
});

describe('nginx', () => {
  it.each([
    ['/api/v1/auth/otp/request', '/api/v1/auth/otp/request'],
    ['/.well-known/jwks.json', '/.well-known/jwks.json'],
    ['/health/ready', '/health/ready'],
    ['/', '/'],
    ['/api/v1/qa/messages/latest?to=%2B79123456789', '/api/v1/qa/messages/latest'],
    ['/?invite=EY1B27&via=link', '/'],
    ['/i/ey1b27', '/i/...'],
    ['/i/abcdef', '/i/...'],
    ['/api/v1/invites/abcdef', '/api/v1/invites/...'],
    ['/api/v1/sms/callbacks/sms-aero/abcdef', '/api/v1/sms/callbacks/sms-aero/...'],
    ['/api/v1/avatars/01a1f9e4-822e-758b-95db-1c5cb6ef2378', '/api/v1/avatars/...'],
    ['/api/v1/users/boris@example.com', '/api/v1/users/...'],
    ['/api/v1/users/boris%40example.com?x=1', '/api/v1/users/...'],
    ['/+79123456789', '/...'],
    ['/89123456789/x', '/...'],
    ['/assets/0123456789abcdef/app.css', '/assets/...'],
    ['//evil', '/...'],
    ['*', '...'],
  ])('logs %s as %s', (address, shown) => expect(pathShown(address)).toBe(shown));

  it('logs nothing else of a request that may hold a phone, a code or a token', () => {
    const format = /log_format redacted.*?;\n/s.exec(textOf('ops/nginx/nginx.conf'))?.[0] ?? '';
    expect(format).toContain('$path_shown');
    expect(format).not.toMatch(/\$(request|request_uri|uri|args|query_string|remote_addr|http_\w+|cookie_\w+)\b/);
    expect(textOf('ops/nginx/nginx.conf')).toMatch(/^http \{.*^ {2}error_log stderr emerg;$/ms);
  });

  it('keeps the numbers inside, says who asks, and lets a picture and a long poll through', () => {
    const site = textOf('ops/nginx/site.conf');
    expect(site).toMatch(/location = \/metrics \{[^}]*return 404/);
    expect(site).toMatch(/^proxy_set_header X-Forwarded-For \$remote_addr;$/m);
    expect(site).toMatch(
      /^location ~ \^\/\(api\/v1\/users\/me\/avatar\|profile\/avatar\)\$ \{\n {2}client_max_body_size 6m;/m,
    );
    expect(Number(/^proxy_read_timeout (\d+)s;$/m.exec(site)?.[1])).toBeGreaterThan(30);
    expect(site).not.toContain('non_idempotent');
  });
});
