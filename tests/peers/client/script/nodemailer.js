// Deliver the letter that the JSON file named as the argument tells of, by nodemailer.
"use strict";
const { readFileSync } = require("fs");
const { createTransport } = require("nodemailer");

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const transport = createTransport({
  host: job.host,
  port: job.port,
  name: job.client,
  secure: job.tls,
  requireTLS: job.starttls,
  ignoreTLS: !job.starttls,
  lmtp: job.lmtp,
  tls: { ca: readFileSync(job.ca) },
  auth: job.auth ? { user: job.user, pass: job.password } : undefined,
  authMethod: job.auth || undefined,
});
const envelope = { from: job.sender, to: job.recipients };
transport.sendMail({ envelope, raw: job.letter }, (error, info) => {
  transport.close();
  const refused = error ? [String(error)] : info.rejectedErrors || [];
  for (const one of refused) console.error(String(one));
  process.exitCode = refused.length ? 1 : 0;
});
