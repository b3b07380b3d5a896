# Deliver the letter that the JSON file named as the argument tells of, by Perl's Net::SMTP.
use strict;
use warnings;
use JSON::PP qw(decode_json);
use Net::SMTP;

open my $file, '<:raw', $ARGV[0] or die "$ARGV[0]: $!";
my $job = decode_json(do { local $/; <$file> });
my %trust = (SSL_ca_file => $job->{ca}, SSL_verifycn_name => $job->{host});
my $link = Net::SMTP->new(
    $job->{host}, Port => $job->{port}, Hello => $job->{client}, SSL => $job->{tls} ? 1 : 0, %trust,
) or die "no connection: $@";

sub check { my ($ok) = @_; $ok or die $link->code . ' ' . $link->message }

check($link->starttls(%trust)) if $job->{starttls};
if ($job->{auth}) {
    require Authen::SASL;
    my $sasl = Authen::SASL->new(
        mechanism => $job->{auth},
        callback  => { user => $job->{user}, pass => $job->{password}, authname => '' },
    );
    check($link->auth($sasl));
}
check($link->mail($job->{sender}));
check($link->to(@{ $job->{recipients} }));
my $letter = $job->{letter};
utf8::encode($letter);
check($link->data($letter));
$link->quit;
