# Deliver the letter that the JSON file named as the argument tells of, by Ruby's net/smtp.
require "json"
require "net/smtp"
require "openssl"

job = JSON.parse(File.read(ARGV.fetch(0), encoding: "UTF-8"))
context = OpenSSL::SSL::SSLContext.new
context.set_params(ca_file: job["ca"])
link = Net::SMTP.new(job["host"], job["port"])
link.disable_starttls
link.enable_tls(context) if job["tls"]
link.enable_starttls(context) if job["starttls"]
login = job["auth"] ? [job["user"], job["password"], job["auth"].downcase.tr("-", "_").to_sym] : []
link.start(job["client"], *login) do |smtp|
  smtp.send_message(job["letter"], job["sender"], *job["recipients"])
end
