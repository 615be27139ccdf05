import { migrationsTable } from './migrations.ts';
import type { Queryable } from './transaction.ts';

interface Definition {
  readonly name: string;
  readonly definition: string;
}

/**
 * The schema as SQL text, in a fixed order, for reading and for comparing. Month partitions are
 * left out: which there are depends on the data.
 */
export async function dumpSchema(database: Queryable): Promise<string> {
  const sections = await Promise.all([
    domains(database),
    tables(database),
    constraints(database),
    indexes(database),
    functions(database),
    aggregates(database),
    views(database),
  ]);
  const header = '-- Made by `npm run schema` from the migrations; not to be edited.';
  const body = sections.flat().map((row) => row.definition.trim());
  return `${[header, ...body].join('\n\n')}\n`;
}

function domains(database: Queryable): Promise<Definition[]> {
  return database.query(
    `select t.typname as name,
       format('create domain %I as %s %s;', t.typname, format_type(t.typbasetype, t.typtypmod),
         (select string_agg(pg_get_constraintdef(c.oid), ' ' order by c.conname)
          from pg_constraint c where c.contypid = t.oid and c.contype = 'c')) as definition
     from pg_type t
     where t.typtype = 'd' and t.typnamespace = 'public'::regnamespace
     order by t.typname`,
  );
}

function tables(database: Queryable): Promise<Definition[]> {
  return database.query(
    `select c.relname as name,
       format(E'create table %I (\n%s\n)%s;', c.relname,
         string_agg(
           format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
             case when a.attnotnull then ' not null' else '' end,
             coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')),
           E',\n' order by a.attnum),
         coalesce(' partition by ' || pg_get_partkeydef(c.oid), '')) as definition
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relkind in ('r', 'p') and not c.relispartition and c.relname <> $1::text
       and c.relnamespace = 'public'::regnamespace
     group by c.oid, c.relname
     order by c.relname`,
    [migrationsTable],
  );
}

function constraints(database: Queryable): Promise<Definition[]> {
  return database.query(
    `select n.conname as name,
       format('alter table %s add constraint %I %s;', n.conrelid::regclass, n.conname,
         pg_get_constraintdef(n.oid)) as definition
     from pg_constraint n
     join pg_class c on c.oid = n.conrelid
     where c.relnamespace = 'public'::regnamespace and not c.relispartition
       and c.relname <> $1::text and n.contype <> 'n'
     order by c.relname, n.contype desc, n.conname`,
    [migrationsTable],
  );
}

function indexes(database: Queryable): Promise<Definition[]> {
  return database.query(
    `select i.relname as name, pg_get_indexdef(i.oid) || ';' as definition
     from pg_index x
     join pg_class i on i.oid = x.indexrelid
     join pg_class c on c.oid = x.indrelid
     where c.relnamespace = 'public'::regnamespace and not c.relispartition
       and c.relname <> $1::text
       and not exists (select 1 from pg_constraint n where n.conindid = i.oid)
     order by c.relname, i.relname`,
    [migrationsTable],
  );
}

function functions(database: Queryable): Promise<Definition[]> {
  return database.query(
    `select p.proname as name, pg_get_functiondef(p.oid) || ';' as definition
     from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.prokind <> 'a'
     order by p.proname`,
  );
}

function aggregates(database: Queryable): Promise<Definition[]> {
  return database.query(
    `select p.proname as name,
       format('create aggregate %s (sfunc = %s, stype = %s, combinefunc = %s);', p.oid::regprocedure,
         a.aggtransfn, format_type(a.aggtranstype, null), a.aggcombinefn) as definition
     from pg_proc p
     join pg_aggregate a on a.aggfnoid = p.oid
     where p.pronamespace = 'public'::regnamespace
     order by p.proname`,
  );
}

function views(database: Queryable): Promise<Definition[]> {
  return database.query(
    `select c.relname as name,
       format(E'create view %I as\n%s', c.relname, pg_get_viewdef(c.oid)) as definition
     from pg_class c
     where c.relkind = 'v' and c.relnamespace = 'public'::regnamespace
     order by c.relname`,
  );
}
