/**
 * The settings of a deployment: what `--param` gives, else the stage's own file, infra/stages/STAGE.yml
 * (its section for the region, then `default`), else `params` of serverless.yml. Loaded by osls and by
 * switches.cjs, which refuses what cannot be right.
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

/** By name, as text; `table` is the table's name. */
module.exports = async ({ options, resolveVariable, resolveConfigurationProperty }) => {
  const defaults = await resolveConfigurationProperty(['params', 'default']);
  const stage = await resolveVariable('sls:stage');
  const region = await resolveVariable('self:provider.region');
  const file = `infra/stages/${stage}.yml`;
  const sections = existsSync(join(__dirname, '../..', file))
    ? ((await resolveVariable(`file(${file})`)) ?? {})
    : {};
  const names = Object.keys(defaults);
  const own = { ...section(sections, 'default', file, names), ...section(sections, region, file, names) };

  const given = new Set();
  for (const param of options.param ?? []) {
    const name = param.split('=', 1)[0];
    if (!names.includes(name)) fail(`--param ${name}`, unknown(names));
    given.add(name);
  }
  const settings = {};
  for (const name of names) {
    const fromFile = given.has(name) ? undefined : own[name];
    settings[name] = asText(fromFile ?? (await resolveVariable(`param:${name}`)));
  }
  settings.table = settings.tableName === '' ? `divert-${stage}` : settings.tableName;
  return settings;
};

/** One section of a stage's file; a region that is not there has none of its own. */
function section(sections, name, file, names) {
  for (const key of Object.keys(sections)) {
    if (key !== 'default' && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(key)) {
      fail(file, `"${key}" is neither default nor a region: settings stand below one of those`);
    }
  }
  const settings = sections[name] ?? {};
  for (const key of Object.keys(settings)) {
    if (!names.includes(key)) fail(`${file}: ${name}: ${key}`, unknown(names));
  }
  return settings;
}

const unknown = (names) => `there is none of this name, only ${names.join(', ')}`;

/** YAML reads `on` as text and `true` as what it is; tags may be a mapping. */
function asText(value) {
  if (value === true) return 'on';
  if (value === false) return 'off';
  if (value === null || typeof value !== 'object') return String(value ?? '');
  return Object.entries(value).map(([name, text]) => `${name}=${text}`).join(',');
}

/** Without a stack, which osls would print. */
function fail(where, why) {
  throw Object.assign(new Error(`${where}: ${why}`), { stack: '' });
}
