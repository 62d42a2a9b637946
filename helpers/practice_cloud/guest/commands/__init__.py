"""The commands of a guest that do more than print facts; guest/commands.yaml has the help of every command."""
