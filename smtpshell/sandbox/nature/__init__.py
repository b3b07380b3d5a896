"""What makes one server answer other than another: personalities, scenarios, rules, from files."""
